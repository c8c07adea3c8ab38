import { expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { equalIgnoringSpace } from './combined-space.js';

const equal = (left: string, right: string): boolean => equalIgnoringSpace(bytesFromText(left), bytesFromText(right), { allSpace: true });

it('takes lines for one that differ by spaces only', () => {
  expect(equal(' a  b', 'a b\t')).toBe(true);
  expect(equal('', '  ')).toBe(true);
});

it('takes no character for a space', () => {
  expect(equal('x = 1 9', 'x = 1 29')).toBe(false);
  expect(equal('int main 16', 'int main 6')).toBe(false);
  expect(equal(' 7', '17')).toBe(false);
});
