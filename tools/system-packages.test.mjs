import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  describeMissing,
  ensureSystemPackages,
  findMissing,
  knownPackages,
  purposes,
  purposesOfServices,
} from './system-packages.mjs';

const nothing = { hasCommand: () => false, hasFile: () => false };

test('every purpose names packages that can be recognised', () => {
  for (const names of Object.values(purposes)) {
    expect(findMissing(names, nothing)).toEqual(names);
    expect(findMissing(names, { hasCommand: () => true, hasFile: () => true })).toEqual([]);
  }
});

test('a package is missing when one of its commands is', () => {
  const hasCommand = (command) => command !== 'pdftoppm';
  expect(findMissing(['scribus', 'poppler-utils'], { ...nothing, hasCommand })).toEqual(['poppler-utils']);
});

test('a font is found in whichever folder the system keeps it', () => {
  const [, elsewhere] = knownPackages['fonts-dejavu-core'].files;
  const hasFile = (file) => file === elsewhere;
  expect(findMissing(['fonts-dejavu-core'], { ...nothing, hasFile })).toEqual([]);
});

test('a person is told what to install, by package and by command', () => {
  const text = describeMissing(['scribus', 'fonts-liberation']);
  expect(text).toContain('apt-get install --no-install-recommends scribus fonts-liberation');
  expect(text).toContain('commands: scribus');
});

test('a service is not installed when the environment names another, and a person is told so', () => {
  expect(purposesOfServices({ S3_ENDPOINT: '' })).toEqual(['s3', 'scribus-1.6', 'postgres', 'redis', 'browser']);
  const others = {
    S3_ENDPOINT: 'http://127.0.0.1:9000',
    SCRIBUS_1_6_ROOT: '/srv/trixie',
    DATABASE_URL: 'postgres://db',
    REDIS_URL: 'redis://queue',
    CHROMIUM_PATH: '/opt/chrome/chrome',
  };
  expect(purposesOfServices(others)).toEqual([]);
  expect(describeMissing(purposes.s3)).toContain('S3_ENDPOINT');
  expect(describeMissing(purposes['scribus-1.6'])).toContain('SCRIBUS_1_6_ROOT');
  expect(describeMissing(purposes.render)).not.toContain('S3_ENDPOINT');
});

test('a machine that has everything is left alone', () => {
  ensureSystemPackages(purposes.render);
  expect(existsSync('/usr/bin/scribus') || process.platform !== 'linux').toBe(true);
});
