"""Every text a learner reads, in one place, so that it can be translated.

words.py has what is said about an answer, phrases.py what the commands say, notebooks.py what
`torchkata.check` adds, and pictures.py what is written on a picture. Nothing here decides anything.
"""
