"""The look: a picture of every page, as each role sees it, wide and narrow, light and dark."""
