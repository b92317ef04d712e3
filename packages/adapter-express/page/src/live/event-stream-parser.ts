/** A message of a stream of Server-Sent Events. */
export interface StreamMessage {
  readonly type: string;
  readonly data: string;
}

/** Reads Server-Sent Events as the HTML standard has them. */
export class EventStreamParser {
  #rest = '';
  #id: string | undefined;
  #type = '';
  #data: string[] = [];
  #lastEventId: string | undefined;
  #retryMs: number | undefined;

  /** What `Last-Event-ID` of the next request is: that of the last block that came whole. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  /** How long the server wants to be left alone before the next request. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Takes what came, and answers the messages that are whole now. */
  push(text: string): StreamMessage[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line.replace(/\r$/, '')));
  }

  /** The rest of a stream that broke off is no message; a new one begins. */
  restart(): void {
    this.#rest = '';
    this.#reset();
  }

  #take(line: string): StreamMessage[] {
    if (line === '') return this.#endBlock();
    const [name = '', value = ''] = line.split(/: ?(.*)/s, 2);
    if (name === 'id') this.#id = value;
    else if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
    return [];
  }

  #endBlock(): StreamMessage[] {
    const message = { type: this.#type === '' ? 'message' : this.#type, data: this.#data.join('\n') };
    const isMessage = this.#data.length > 0;
    this.#lastEventId = this.#id ?? this.#lastEventId;
    this.#reset();
    return isMessage ? [message] : [];
  }

  #reset(): void {
    this.#id = undefined;
    this.#type = '';
    this.#data = [];
  }
}
