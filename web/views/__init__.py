"""Page views: parse, call one domain function, render."""
