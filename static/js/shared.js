/* What several behaviours need and not every page has: config/assets.py puts it here when files are collected. */
