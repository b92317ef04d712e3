import type { ResolvedPageOptions } from './page-options.ts';

/**
 * What keeps the page to itself: its own script and style and nothing inline, requests and images only where the
 * API is, no frame around it, no form that goes elsewhere, no HTML made of texts.
 */
export function pageHeaders({ downloadOrigins }: ResolvedPageOptions): Readonly<Record<string, string>> {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // Page images are fetched with the key and shown from memory.
    'img-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...downloadOrigins],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ["'none'"],
  };
  return Object.freeze({
    'Content-Security-Policy': Object.entries(policy)
      .map(([directive, values]) => [directive, ...values].join(' '))
      .join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
}
