import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';

/** Options of a renderer that must keep documents apart as on a kernel without Landlock. */
export const withoutLandlock: ScribusRendererOptions = {
  scribus: ['sh', '-c', 'exec scribus "$@" without-landlock', 'sh'],
  sandbox: 'required',
};
