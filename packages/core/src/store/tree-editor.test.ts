import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import { parseTree } from '../object/tree.js';
import { TreeEditor } from './tree-editor.js';
import { YoungWriter } from './young-objects.js';

type Files = ReadonlyMap<string, string>;

/** Puts a file as a directory would: whatever is in its way goes. */
function put(files: Map<string, string>, path: string, content: string): void {
  for (const other of [...files.keys()]) {
    if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  }
  files.set(path, content);
}

function take(files: Map<string, string>, path: string): void {
  for (const other of [...files.keys()]) if (other === path || other.startsWith(`${path}/`)) files.delete(other);
}

function writeAll(files: Files, writer: YoungWriter): string {
  const editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
  for (const [path, content] of [...files].sort()) {
    editor.set(path, { mode: 0o100644, id: writer.write('blob', bytesFromText(content)) });
  }
  return editor.write((type, body) => writer.write(type, body));
}

const path = fc.array(fc.constantFrom('a', 'b', 'a.b', 'a-', 'é', 'ab'), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

describe('TreeEditor', () => {
  it('ends at the same tree whatever way led there', () => {
    fc.assert(fc.property(
      fc.array(fc.record({ path, content: fc.option(fc.constantFrom('1', '2')), save: fc.boolean() }), { maxLength: 40 }),
      (edits) => {
        const writer = new YoungWriter(SHA1);
        writer.write('tree', new Uint8Array(0));
        const files = new Map<string, string>();
        let editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
        for (const edit of edits) {
          if (edit.content === null) {
            take(files, edit.path);
            editor.remove(edit.path);
          } else {
            put(files, edit.path, edit.content);
            editor.set(edit.path, { mode: 0o100644, id: writer.write('blob', bytesFromText(edit.content)) });
          }
          if (!edit.save) continue;
          const id = editor.write((type, body) => writer.write(type, body));
          if (edits.length % 2 === 0) editor = new TreeEditor(writer, id, SHA1);
        }
        expect(editor.write((type, body) => writer.write(type, body))).toBe(writeAll(files, writer));
        for (const [name, content] of files) {
          const entry = editor.find(name);
          expect(entry && writer.find(entry.id)?.body).toEqual(bytesFromText(content));
        }
      },
    ));
  });

  it('writes only what changed', () => {
    const writer = new YoungWriter(SHA1);
    const blob = { mode: 0o100644, id: writer.write('blob', bytesFromText('x')) };
    const first = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
    for (const name of ['a/b/c', 'd/e', 'f']) first.set(name, blob);
    const root = first.write((type, body) => writer.write(type, body)) ;
    const again = new TreeEditor(writer, root, SHA1);
    again.set('d/new', blob);
    let written = 0;
    again.write((type, body) => {
      written++;
      return writer.write(type, body);
    });
    expect(written).toBe(2);
    again.write(() => {
      throw new Error('nothing changed, so nothing is written');
    });
  });

  it('keeps entries in the order of Git, where a folder sorts as if it ended in a slash', () => {
    const writer = new YoungWriter(SHA1);
    const blob = { mode: 0o100644, id: writer.write('blob', bytesFromText('x')) };
    const editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
    for (const name of ['a0', 'a/x', 'a.b', 'a-']) editor.set(name, blob);
    const root = editor.write((type, body) => writer.write(type, body));
    const names = parseTree(writer.find(root)!.body, SHA1).map(({ name }) => Buffer.from(name).toString());
    expect(names).toEqual(['a-', 'a.b', 'a', 'a0']);
  });

  it('refuses unsafe paths', () => {
    const writer = new YoungWriter(SHA1);
    const editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
    for (const name of ['', '/a', 'a/', 'a//b', '../a', 'a/.git/config', '.GIT', 'a\0']) {
      expect(() => {
        editor.set(name, { mode: 0o100644, id: SHA1.emptyBlobId });
      }).toThrow(expect.objectContaining({ code: 'path-invalid' }));
    }
  });

  it('keeps names that are not UTF-8', () => {
    const writer = new YoungWriter(SHA1);
    const editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
    const id = writer.write('blob', bytesFromText('x'));
    editor.set('caf\udce9/raw', { mode: 0o100644, id });
    const root = writer.find(editor.write((type, body) => writer.write(type, body)))!;
    expect(parseTree(root.body, SHA1)[0]!.name).toEqual(Uint8Array.of(0x63, 0x61, 0x66, 0xe9));
    expect(editor.find('caf\udce9/raw')?.id).toBe(id);
  });
});
