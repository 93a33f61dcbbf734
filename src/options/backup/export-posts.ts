import type { PostView, SpaceView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { readFile } from '../../ui/client/read-file.ts';

const pageItems = 50;

/**
 * What the person has written, in all spaces, as a JSON Feed 1.1 (jsonfeed.org): text as it was written, files as
 * `data:` addresses. Rejects as the background does; a file that isn't here is named without its bytes.
 */
export async function exportPosts(title: string, tell: (posts: number) => void): Promise<Blob> {
  const head = JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title });
  const parts: Blob[] = [new Blob([`${head.slice(0, -1)},"items":[`])];
  let count = 0;
  for (const space of await call('spaces', {})) {
    if (!space.mayWrite) continue;
    for await (const post of ownPosts(space)) {
      const item = JSON.stringify(await itemOf(post, space));
      parts.push(new Blob([`${count === 0 ? '' : ','}\n${item}`]));
      count += 1;
      tell(count);
    }
  }
  return new Blob([...parts, '\n]}\n'], { type: 'application/feed+json' });
}

async function* ownPosts({ name }: SpaceView): AsyncGenerator<PostView> {
  let before: string | undefined;
  for (let more = true; more;) {
    const page = await call('feed', {
      space: name,
      limit: pageItems,
      ...(before === undefined ? {} : { before }),
    });
    yield* page.posts.filter(({ mine, missing }) => mine && missing === undefined);
    before = page.posts.at(-1)?.cursor;
    more = page.more && before !== undefined;
  }
}

async function itemOf(post: PostView, space: SpaceView) {
  const attachments = [];
  for (const at of post.files.keys()) attachments.push(await attachmentOf(post, at));
  return {
    id: post.id,
    date_published: new Date(post.time).toISOString(),
    ...(post.title === '' ? {} : { title: post.title }),
    content_text: post.text,
    tags: [space.title],
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

async function attachmentOf({ id, space, files }: PostView, at: number) {
  const file = files[at];
  const about = { title: file?.name, mime_type: file?.type, size_in_bytes: file?.size };
  if (file?.here !== 1) return about;
  const bytes = await readFile((from) =>
    call('readPostFile', { space: space.name, post: id, file: at, from }),
  );
  return { url: await dataUrl(new Blob([bytes], { type: file.type })), ...about };
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      if (typeof reader.result === 'string') resolve(reader.result);
    });
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')));
    reader.readAsDataURL(blob);
  });
}
