"""What an article goes through before it is stored: one small class a file, in the order of settings.ITEM_PIPELINES."""
