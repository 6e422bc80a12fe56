"""Every page in Firefox and in WebKit, by a small driver of our own."""
