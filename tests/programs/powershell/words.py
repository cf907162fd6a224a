"""What a grammar of PowerShell reads in each line on standard input.

Prints a line for each: the words of the one command that it is, as a list in JSON, or null where
it is anything but a command and its words.
"""

import json
import sys

import tree_sitter
import tree_sitter_powershell

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))

# What a line is, from the outside in, if it is one command.
FORMS = ["program", "statement_list", "pipeline", "pipeline_chain", "command"]

# What goes to a program as it is written; a number does, too.
BARE = ("generic_token", "command_parameter")
NUMBERS = ("decimal_integer_literal", "real_literal")

# This grammar takes two dashes alone for an operator, which they are in no argument.
DASHES = b" -- "
INSTEAD = b" two-dashes "


def words(line):
    node = PARSER.parse(line.replace(DASHES, INSTEAD)).root_node
    if node.has_error:
        return None
    for form in FORMS:
        if node.type != form:
            return None
        if form != FORMS[-1]:
            if node.child_count != 1:
                return None
            node = node.child(0)
    name, *groups = node.named_children
    elements = [element for group in groups for element in group.named_children]
    elements = [element for element in elements if element.type != "command_argument_sep"]
    read = [name.text.decode(), *map(word, elements)]
    return None if None in read else read


def word(element):
    text = element.text.decode()
    while element.named_child_count == 1:
        element = element.named_child(0)
    if element.text.decode() != text:
        return None
    if text == INSTEAD.decode().strip():
        return DASHES.decode().strip()
    if element.type in BARE + NUMBERS:
        return text
    if element.type == "verbatim_string_characters":
        return text[1:-1].replace("''", "'")
    return None


for line in sys.stdin.buffer.read().splitlines():
    print(json.dumps(words(line)))
