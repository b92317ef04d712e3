import { expect, it } from 'vitest';
import { debianUri, fetchOptions } from './debian-mirror.ts';

it('takes the source of Debian itself', () => {
  const sources = [
    'Debian|Debian-Security|file:///security/',
    'Other|Other|file:///other/',
    'Debian|Debian|file:///d/',
  ];

  expect(debianUri(sources.join('\n'))).toBe('file:///d/');
  expect(debianUri('Ubuntu|Ubuntu|file:///ubuntu/\n')).toBeUndefined();
  expect(debianUri('')).toBeUndefined();
});

it('takes over how to fetch, and nothing else', () => {
  const wanted = [
    'Acquire::http::Proxy "http://127.0.0.1:3142";',
    'Acquire::Check-Date "false";',
    'Acquire::Retries "3";',
  ];
  const others = [
    'Acquire "";',
    'Acquire::http "";',
    'Acquire::AllowInsecureRepositories "0";',
    'Acquire::Languages:: "en";',
  ];

  expect(fetchOptions([...others, ...wanted].join('\n'))).toEqual(wanted);
});
