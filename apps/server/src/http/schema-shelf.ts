import type { Schema } from './validate.js';

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = ['items', 'additionalProperties', 'not'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const TABLES = ['properties', 'patternProperties'];

/** Schemas that have a title, kept once each under that name: the components of a document. */
export class SchemaShelf {
  readonly #kept = new Map<string, { readonly text: string; readonly schema: Schema }>();

  /** The schema with a reference in place of each part that has a title, itself included. */
  put(schema: Schema): Schema {
    const parts = this.#putParts(schema);
    const { title, description, ...rest } = parts;
    if (typeof title !== 'string') return parts;
    if (!/^[A-Z][A-Za-z0-9]*$/.test(title)) throw new Error(`Invariant broken in @govc/server: "${title}" is no name for a schema.`);
    const text = JSON.stringify(rest);
    const kept = this.#kept.get(title);
    if (kept !== undefined && kept.text !== text) throw new Error(`Invariant broken in @govc/server: two schemas are called ${title}.`);
    this.#kept.set(title, { text, schema: rest });
    // What is said of it belongs to the place where it is used.
    return { $ref: `#/components/schemas/${title}`, ...(description === undefined ? {} : { description }) };
  }

  /** What is kept, by name, in the order of names. */
  schemas(): Schema {
    const names = [...this.#kept.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.#kept.get(name)!.schema]));
  }

  #putParts(schema: Schema): Schema {
    const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
    const changed: Record<string, unknown> = { ...schema };
    // Without a word on its properties an object has any; generators of code take silence for none.
    if (schema['type'] === 'object' && schema['properties'] === undefined) changed['additionalProperties'] ??= true;
    for (const key of ONE) if (isSchema(changed[key])) changed[key] = this.put(changed[key]);
    for (const key of LISTS) if (Array.isArray(changed[key])) changed[key] = changed[key].map((each: Schema) => this.put(each));
    for (const key of TABLES) {
      const table = changed[key];
      if (isSchema(table)) changed[key] = Object.fromEntries(Object.entries(table).map(([name, each]) => [name, this.put(each as Schema)]));
    }
    return changed;
  }
}
