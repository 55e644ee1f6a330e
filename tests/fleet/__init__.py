"""Tests of people, devices, codes and responsibility."""
