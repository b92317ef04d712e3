import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { commandInRoot } from '../../../../test/kit/command-in-root.ts';
import { openScribusRoot } from '../../../../test/kit/scribus-root.ts';

/** A Scribus on which tests run. */
export interface ScribusInstallation {
  /** The option `scribus` of a renderer. */
  readonly scribus: readonly [string, ...string[]];
  /** The folder of the templates that it brings. */
  readonly templates: string;
}

const templates = '/usr/share/scribus/templates';
const scripter = fileURLToPath(new URL('../../scripter', import.meta.url));

/** The Scribus that is installed on this machine: on Debian 12, 1.5.8. */
export const installedScribus: ScribusInstallation = { scribus: ['scribus'], templates };

/** Scribus 1.6; the first call on a machine takes a minute or two. */
export async function openScribus16(): Promise<ScribusInstallation> {
  const root = await openScribusRoot();
  const scribus = commandInRoot(root, { directories: [tmpdir(), scripter], program: 'scribus' });
  return { scribus, templates: root + templates };
}
