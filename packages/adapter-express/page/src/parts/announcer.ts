import { Observable } from './observable.ts';

/** What screen readers are told, politely: starts and ends, and no steps between. */
export class Announcer extends Observable<{ readonly text: string; readonly count: number }> {
  constructor() {
    super({ text: '', count: 0 });
  }

  say(text: string): void {
    // Counted, because the same text twice is two announcements.
    this.change({ text, count: this.state.count + 1 });
  }
}
