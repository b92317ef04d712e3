import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Scribus 1.5 and 1.6 read in their HOME what their user prefers. */
const inHome = join('.config', 'scribus');
const name = 'prefs150.xml';

// For each edit of a text Scribus notes how to undo it, and lays out the list of all that could be undone: that takes it
// longer than the edit.
const text = `<?xml version="1.0" encoding="UTF-8"?>
<preferences>
 <level name="application">
  <context name="undo">
   <attribute key="enabled" value="0"/>
  </context>
 </level>
</preferences>
`;

/** Lays what a Scribus without a user prefers into the HOME of one that is about to start: nothing is undone. */
export async function writePreferences(home: string): Promise<void> {
  const directory = join(home, inHome);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), text);
}
