"""The demo: a service company with its customers, devices, people and two months of tickets.

An app of its own, installed only where `FLEETDESK_DEMO` is on; nothing of the product imports it.
"""
