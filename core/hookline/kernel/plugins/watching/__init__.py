"""What plugins cost while they run: late ones are seen, failing ones left out."""
