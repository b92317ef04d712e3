"""A text of the open template that is edited for one record after the other."""

import scribus


class Unedited(Exception):
    """An edit did not lead to the text that it should."""


class EditedText:
    """The text of a frame, and what stands in the places of the template's text that were edited.

    What comes into a place gets the format of the character before which it is put: the first of those that stand there,
    or the one behind an empty place. The runner tells of another record only where that is the template's format.
    """

    def __init__(self, name, text):
        self.name = name
        self._text = text.encode("utf-16-le", "surrogatepass")
        # By place: where it begins in the template's text, and how much of that it takes.
        self._held = {}
        self._is_removed = False

    def edit(self, edits, wanted_text):
        """Makes of the template's text, whatever stands in its place now, the one that comes of the edits."""
        wanted = {(edit["at"], edit["remove"]): edit["insert"] for edit in edits}
        if wanted != self._held:
            left = {place: wanted.get(place, self._own(place)) for place in self._held}
            self._put(left)
            self._held = {place: held for place, held in left.items() if place in wanted}
            self._put(wanted)
            self._held = wanted
            # The check asks what of the text is shown, which else is still that of the text before.
            scribus.layoutTextChain(self.name)
        if scribus.getAllText(self.name) != wanted_text:
            raise Unedited("Scribus has made another text of it.")

    def remove(self):
        """Removes the frame. Scribus leaves locked ones where they are, and says nothing of it."""
        if self._is_removed:
            return
        if scribus.isLocked(self.name):
            scribus.lockObject(self.name)
        scribus.deleteObject(self.name)
        if scribus.objectExists(self.name):
            raise Unedited("Scribus has not removed a frame.")
        self._is_removed = True

    def _put(self, wanted):
        """Puts something else into places, all of which are given that hold something now."""
        shift = 0
        steps = []
        for place in sorted(wanted):
            at, length = place
            held = self._held.get(place, self._own(place))
            steps.append((at + shift, held, wanted[place]))
            shift += length_of(held) - length
        # From the last to the first, so that places are still where they were; and all texts come before any goes, so
        # that there is something before which they are put.
        changed = [step for step in reversed(steps) if step[1] != step[2]]
        for at, _, text in changed:
            if text:
                scribus.insertText(text, at, self.name)
        put = sum(length_of(text) for _, _, text in changed)
        for at, held, text in changed:
            put -= length_of(text)
            if held:
                scribus.selectText(at + put + length_of(text), length_of(held), self.name)
                scribus.deleteText(self.name)

    def _own(self, place):
        at, length = place
        return self._text[2 * at : 2 * (at + length)].decode("utf-16-le", "surrogatepass")


def length_of(text):
    """As Scribus counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
