import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What {@link writeFontConfiguration} needs. */
export interface FontConfigurationOptions {
  /** Absolute path of an existing directory for the file and fontconfig's cache of the added fonts. */
  readonly directory: string;
  /** Absolute paths of the directories whose fonts are added, those in their subdirectories included. */
  readonly fontDirectories: readonly string[];
  /** The environment in which programs would run otherwise: it may name a configuration already. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Writes a configuration for fontconfig that has the fonts of the system and those of more directories.
 * Returns its absolute path, which belongs into `FONTCONFIG_FILE`.
 */
export async function writeFontConfiguration(options: FontConfigurationOptions): Promise<string> {
  const { directory, fontDirectories, environment } = options;
  const inherited =
    environment['FONTCONFIG_FILE'] ?? join(environment['FONTCONFIG_PATH'] ?? '/etc/fonts', 'fonts.conf');
  const cache = join(directory, 'fontconfig-cache');
  await mkdir(cache, { recursive: true });
  const lines = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    // The first cache that can be written is used: HOME, where the system's configuration has it, is a job's own.
    `  <cachedir>${escaped(cache)}</cachedir>`,
    `  <include ignore_missing="yes">${escaped(inherited)}</include>`,
    ...fontDirectories.map((path) => `  <dir>${escaped(path)}</dir>`),
    '</fontconfig>',
  ];
  const path = join(directory, 'fonts.conf');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
