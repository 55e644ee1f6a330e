"""Tests of Fleetdesk."""
