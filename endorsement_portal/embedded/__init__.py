"""Servers for development and tests that need nothing installed, and who keeps them.

Nothing here is imported by the portal itself; production runs on servers of its own.
"""
