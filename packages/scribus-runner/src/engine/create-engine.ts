import process from 'node:process';
import type { Libraries } from '../fonts/libraries.ts';
import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import { createBubblewrapEngine } from './bubblewrap-engine.ts';
import { createColdEngine } from './cold-engine.ts';
import { IsolatingEngine } from './isolating-engine.ts';
import type { ScribusEngine } from './scribus-engine.ts';
import { createWarmEngine } from './warm/warm-engine.ts';

/** The engine that the options ask for. */
export function createEngine(options: ResolvedScribusRendererOptions, libraries: Libraries): ScribusEngine {
  const warm = options.mode === 'warm' ? createWarmEngine(options, libraries) : undefined;
  const usual = warm ?? createColdEngine(options);
  if (options.sandbox === 'off' || process.platform !== 'linux') return usual;
  const bubblewrap = createBubblewrapEngine(options);
  return new IsolatingEngine({ usual, bubblewrap, onSwitch: () => warm?.rest() }, options.logger);
}
