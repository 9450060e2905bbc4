"""Every text a learner reads, in one place, so that it can be translated.

explanations.py has what is said about an answer, messages.py what the commands say,
notebook_messages.py what `torchkata.check` adds, plot_texts.py what is written on a picture, and
values.py how a number is shown. Nothing here decides anything.
"""
