import { describe, expect, it } from 'vitest';
import { keepAsking } from '../../src/ui/client/keep-asking.ts';

/** Questions that are answered by hand. */
function questions() {
  const open: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  return {
    ask: () =>
      new Promise<number>((resolve, reject) => {
        open.push({ resolve, reject });
      }),
    open,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('keepAsking', () => {
  it('asks at once, and once more for any number of changes in the meantime', async () => {
    const { ask, open } = questions();
    const answers: number[] = [];
    const asking = keepAsking(
      ask,
      (value) => answers.push(value),
      () => undefined,
    );
    asking.again();
    asking.again();
    asking.again();
    expect(open).toHaveLength(1);
    open[0]?.resolve(1);
    await settled();
    expect(open).toHaveLength(2);
    open[1]?.resolve(2);
    await settled();
    expect(answers).toEqual([1, 2]);
    expect(open).toHaveLength(2);
  });

  it('reports a failure and can be asked again', async () => {
    const { ask, open } = questions();
    const heard: string[] = [];
    const asking = keepAsking(
      ask,
      (value) => heard.push(`answer ${value}`),
      (error) => heard.push(String(error)),
    );
    open[0]?.reject(new Error('lost'));
    await settled();
    asking.again();
    open[1]?.resolve(3);
    await settled();
    expect(heard).toEqual(['Error: lost', 'answer 3']);
  });

  it('hands nothing on after it was stopped', async () => {
    const { ask, open } = questions();
    const answers: number[] = [];
    const asking = keepAsking(
      ask,
      (value) => answers.push(value),
      () => undefined,
    );
    asking.again();
    asking.stop();
    open[0]?.resolve(1);
    await settled();
    expect(answers).toEqual([]);
    expect(open).toHaveLength(1);
  });
});
