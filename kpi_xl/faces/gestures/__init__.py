"""The commands of the command line, by what they are about; each is parser and act, no logic."""
