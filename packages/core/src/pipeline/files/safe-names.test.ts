import { describe, expect, it } from 'vitest';
import { toSafePath, toSafeSegment, UniquePaths } from './safe-names.ts';

describe('a name in an archive', () => {
  it.each([
    ['order 4711', 'order 4711'],
    ['Käse & Brot – カード.pdf', 'Käse & Brot – カード.pdf'],
    ['cafe\u0301', 'caf\u00e9'],
    ['..', '_'],
    ['.', '_'],
    ['', '_'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\Windows', 'C__Windows'],
    ['a\0b\nc', 'a_b_c'],
    ['\u202egnp.exe', '_gnp.exe'],
    ['\ud800', '_'],
    ['CON', '_CON'],
    ['nul.pdf', '_nul.pdf'],
    ['com1', '_com1'],
    ['console.pdf', 'console.pdf'],
    ['a. . ', 'a_'],
    ['.htaccess', '.htaccess'],
  ])('%j becomes %j', (text, name) => expect(toSafeSegment(text)).toBe(name));

  it('is cut between characters, and keeps its ending', () => {
    const name = toSafeSegment(`${'カ'.repeat(200)}.pdf`);
    expect(name).toMatch(/^カ{38}\.pdf$/);
    expect(Buffer.byteLength(toSafeSegment('x'.repeat(500)))).toBe(120);
  });

  it('keeps the folders of a path', () => expect(toSafePath('small/../a:b.png')).toBe('small/_/a_b.png'));
});

describe('names in an archive', () => {
  const taken = (...paths: readonly string[]) => {
    const names = new UniquePaths();
    return paths.map((path) => names.take(path));
  };

  it('are unique also where case does not count', () => {
    expect(taken('a.pdf', 'a.pdf', 'A.PDF', 'a-2.pdf', 'STRASSE', 'straße')).toEqual([
      'a.pdf',
      'a-2.pdf',
      'A-3.PDF',
      'a-2-2.pdf',
      'STRASSE',
      'straße-2',
    ]);
  });

  it('have no file where another has a folder', () => {
    expect(taken('a', 'a/b', 'a/b', 'c/d', 'c', 'e.f/g', 'e.f')).toEqual([
      'a',
      'a-2/b',
      'a-2/b-2',
      'c/d',
      'c-2',
      'e.f/g',
      'e-2.f',
    ]);
  });
});
