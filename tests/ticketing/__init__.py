"""Tests of tickets: rules, services and pages."""
