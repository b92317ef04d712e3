// Makes an API key for a tenant: `node src/issue-key.ts print-shop`. The key goes to the tenant, the hash into `API_KEYS`.
import process from 'node:process';
import { issueApiKey } from '@pubpipe/core/http';

const tenant = process.argv[2] ?? '';
if (!/^[^=,\s]{1,200}$/.test(tenant)) {
  console.error('usage: issue-key.ts TENANT    (a name without spaces, commas and =)');
  process.exit(2);
}
const { key, stored } = issueApiKey(tenant);
console.log(`key:       ${key}`);
console.log(`API_KEYS:  ${stored.tenant}=${stored.sha256}`);
