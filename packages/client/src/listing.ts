import { clientError } from './errors.js';

/** One page of a list, and where the next one is. */
export interface ListedPage<Page> {
  readonly page: Page;
  /** The `cursor` of the next page; `undefined` on the last. */
  readonly next: string | undefined;
}

/**
 * A long list that the server gives in pages. Nothing is asked before somebody looks; each look begins anew.
 *
 * @example
 * for await (const repository of client.repos.list()) console.log(repository.id);
 */
export class Listing<Item, Page> implements AsyncIterable<Item> {
  readonly #ask: (cursor: string | undefined) => Promise<ListedPage<Page>>;
  readonly #itemsOf: (page: Page) => readonly Item[];

  /** @param ask gives the page at a cursor, or the first */
  constructor(ask: (cursor: string | undefined) => Promise<ListedPage<Page>>, itemsOf: (page: Page) => readonly Item[]) {
    this.#ask = ask;
    this.#itemsOf = itemsOf;
  }

  /** Every item of every page, asking for pages as they are needed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* this.#itemsOf(page);
  }

  /** The pages as the server answers them. @throws {GovcApiError} client-answer-invalid: pages go round in a circle */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    let cursor: string | undefined;
    do {
      const { page, next } = await this.#ask(cursor);
      yield page;
      if (next !== undefined && next === cursor) throw clientError('client-answer-invalid', 'The server gives the same page again and again.');
      cursor = next;
    } while (cursor !== undefined);
  }

  /** The first page as the server answers it. */
  async firstPage(): Promise<Page> {
    return (await this.#ask(undefined)).page;
  }

  /** The items as one list. @param countMax where to stop. Default: at the end */
  async toArray(countMax = Number.POSITIVE_INFINITY): Promise<Item[]> {
    const found: Item[] = [];
    if (countMax <= 0) return found;
    for await (const item of this) {
      found.push(item);
      if (found.length >= countMax) break;
    }
    return found;
  }
}

/**
 * The cursor of the next page: from the link with rel="next" (RFC 8288), else from `next_cursor`. Only the cursor is taken of the link, so
 * that no answer can send credentials to another place.
 */
export function nextCursor(headers: Headers, page: unknown): string | undefined {
  for (const [, target = '', parameters = ''] of (headers.get('link') ?? '').matchAll(/<([^>]*)>([^,]*)/g)) {
    if (!/;\s*rel="?next"?\s*(;|$)/.test(parameters)) continue;
    const cursor = new URLSearchParams(target.split('?', 2)[1] ?? '').get('cursor');
    if (cursor !== null) return cursor;
  }
  const told = (page as { readonly next_cursor?: unknown } | undefined)?.next_cursor;
  return typeof told === 'string' ? told : undefined;
}
