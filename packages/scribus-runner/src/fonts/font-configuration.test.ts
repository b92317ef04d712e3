import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeFontConfiguration } from './font-configuration.ts';

it.each([
  { environment: {}, inherited: '/etc/fonts/fonts.conf' },
  { environment: { FONTCONFIG_PATH: '/opt/fonts' }, inherited: '/opt/fonts/fonts.conf' },
  { environment: { FONTCONFIG_FILE: '/opt/my.conf', FONTCONFIG_PATH: '/opt/fonts' }, inherited: '/opt/my.conf' },
])(
  'adds directories to the configuration that would hold otherwise: $inherited',
  async ({ environment, inherited }) => {
    const directory = await mkdtemp(join(tmpdir(), 'font-configuration-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));

    const path = await writeFontConfiguration({ directory, fontDirectories: ['/srv/a & <b>'], environment });

    const text = await readFile(path, 'utf8');
    expect(text).toContain(`<include ignore_missing="yes">${inherited}</include>`);
    expect(text).toContain('<dir>/srv/a &amp; &lt;b&gt;</dir>');
  },
);
