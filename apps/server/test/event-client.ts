/** One message of a stream. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of server-sent events. */
export class EventClient {
  readonly messages: StreamMessage[] = [];
  readonly #response: Response;
  readonly #controller: AbortController;
  #text = '';
  #isOver = false;
  #comments = 0;
  #wake: () => void = () => undefined;

  private constructor(response: Response, controller: AbortController) {
    this.#response = response;
    this.#controller = controller;
    void this.#read();
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventClient> {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new EventClient(response, controller);
  }

  get contentType(): string | null {
    return this.#response.headers.get('content-type');
  }

  get comments(): number {
    return this.#comments;
  }

  /** Waits until there are so many messages of a kind, and gives them. */
  async wait(count: number, event?: string): Promise<StreamMessage[]> {
    for (;;) {
      const found = this.messages.filter((message) => event === undefined ? !['connected', 'reset', 'end'].includes(message.event) : message.event === event);
      if (found.length >= count) return found;
      if (this.#isOver) throw new Error(`the stream is over: ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits for the end, and gives its reason. */
  async end(): Promise<unknown> {
    while (!this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.messages.find(({ event }) => event === 'end')?.data['reason'];
  }

  close(): void {
    this.#controller.abort();
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#response.body!) {
        this.#text += Buffer.from(chunk as Uint8Array).toString('utf8');
        for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
          this.#take(this.#text.slice(0, end));
          this.#text = this.#text.slice(end + 2);
        }
        this.#wake();
      }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.messages.push({ id: undefined, event: 'error', data: { error: String(error) } });
    } finally {
      this.#isOver = true;
      this.#wake();
    }
  }

  #take(text: string): void {
    const fields = new Map<string, string>();
    for (const line of text.split('\n')) {
      if (line.startsWith(':')) this.#comments++;
      else fields.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2));
    }
    if (!fields.has('data')) return;
    this.messages.push({ id: fields.get('id'), event: fields.get('event') ?? 'message', data: JSON.parse(fields.get('data')!) as Record<string, unknown> });
  }
}

/** Timers that a test lets run out. */
export class ManualTimers {
  readonly #waiting = new Map<object, { readonly ms: number; readonly work: () => void }>();

  after(ms: number, work: () => void): () => void {
    const key = {};
    this.#waiting.set(key, { ms, work });
    return () => {
      this.#waiting.delete(key);
    };
  }

  /** Lets those of so many milliseconds run out. */
  run(isDue: number | ((ms: number) => boolean)): void {
    for (const [key, { ms, work }] of [...this.#waiting]) {
      if (typeof isDue === 'number' ? ms !== isDue : !isDue(ms)) continue;
      this.#waiting.delete(key);
      work();
    }
  }

  get delays(): number[] {
    return [...this.#waiting.values()].map(({ ms }) => ms);
  }
}
