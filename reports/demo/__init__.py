"""The demonstration: a year and more of made-up life in the portal, played through its real doors."""
