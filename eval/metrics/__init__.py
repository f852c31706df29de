"""Metrics as pure functions of what was found and what is right. Each names its source.

`ranking`    hit, recall, MRR and nDCG of a ranked list
`words`      exact match, token F1 and "contains" of an answer's words
`citations`  precision and recall of sentence citations, by the check of statements and against gold sentences
`nuggets`    recall of the facts that an overview should hold, vital and all; right days, order and repetition
`agreement`  accuracy and Cohen's kappa of two people, or of a judging model and a person
"""
