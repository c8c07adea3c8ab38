import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanMessage, stripSpace } from './commit-message.js';
import { parseTodo, plainItem, serializeTodo, type TodoItem } from './todo.js';
import { interpretTrailers } from './trailers-edit.js';
import { parseTrailers } from './trailers.js';

const word = fc.stringMatching(/^[a-z0-9]{1,9}$/);
const item: fc.Arbitrary<TodoItem> = fc.oneof(
  fc.record({
    command: fc.constantFrom('pick', 'reword', 'edit', 'drop'), commit: word, flag: fc.constant(undefined), argument: word,
  }),
  fc.record({ command: fc.constant('merge'), commit: word, flag: fc.constantFrom('C', 'c'), argument: word }),
  fc.tuple(fc.constantFrom('exec', 'label', 'reset', 'update-ref'), word).map(([command, argument]) => plainItem(command, argument)),
  fc.constantFrom(plainItem('break'), plainItem('noop'), plainItem('comment'), plainItem('comment', '# note')),
);
const messageText = fc.array(fc.constantFrom('a', 'B: c', ' d', '', '# e', '---', 'Signed-off-by: x', '\t', '\r'), { maxLength: 12 }).map((lines) => lines.join('\n'));

describe('todo lists', () => {
  it('read as they were written, by words and by letters', () => {
    fc.assert(fc.property(fc.array(item), fc.boolean(), (items, abbreviatesCommands) => {
      expect(parseTodo(serializeTodo(items, { abbreviatesCommands }))).toEqual(items);
    }));
  });

  it('are refused with a code where they cannot be followed', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      try {
        parseTodo(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'replay-invalid' });
      }
    }));
  });

  it('begin with a commit before one is squashed into it', () => {
    expect(() => parseTodo('# only a comment\nfixup abc title\n')).toThrow(expect.objectContaining({ code: 'replay-invalid' }));
    expect(parseTodo('p abc one\r\n f  -C  def two\n')).toEqual([
      { command: 'pick', commit: 'abc', flag: undefined, argument: 'one' }, { command: 'fixup', commit: 'def', flag: 'C', argument: 'two' },
    ]);
  });
});

describe('messages', () => {
  it('stay what they are once they were cleaned', () => {
    fc.assert(fc.property(messageText, (text) => {
      const clean = stripSpace(text, '#');
      expect(stripSpace(clean, '#')).toBe(clean);
      expect(cleanMessage(clean, 'strip')).toBe(clean);
    }));
  });

  it('have a trailer that was added, whatever they are', () => {
    fc.assert(fc.property(messageText, (text) => {
      const clean = stripSpace(`subject\n\n${text}`, '#');
      const added = interpretTrailers(clean, { add: [{ text: 'Key: value' }], hasDivider: false });
      expect(parseTrailers(added)).toContainEqual({ token: 'Key', value: 'value' });
    }));
  });
});
