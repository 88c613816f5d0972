"""What `milepost doctor` looks at: one file a part of the machine, each finding a sentence."""
