import type { EventJson } from '@pubpipe/core/http';
import { describeEvent } from '../text/describe-event.ts';

/** A history without the steps that an attempt has told of already, as several files are checked one after the other. */
export function withoutRepeats(events: readonly EventJson[]): EventJson[] {
  const told = new Set<string>();
  return events.filter((event) => {
    if (event.type === 'started') told.clear();
    if (event.type !== 'progress') return true;
    const text = describeEvent(event);
    const isNew = !told.has(text);
    told.add(text);
    return isNew;
  });
}
