import { fromBase64Url } from '../../src/domain/bytes.ts';
import { CodedError, codeOf } from '../../src/protocol/codes.ts';
import type { ToHost } from '../../src/protocol/native-messages.ts';
import type { Log } from '../log.ts';
import type { Send } from './frame-writer.ts';
import type { HostServices } from './host-services.ts';
import type { Tunnel } from './tunnel.ts';

interface Parts {
  services: HostServices;
  tunnel: Tunnel;
  send: Send;
  log: Log;
}

/** Does what one message asks. Rejects with CodedError when it can't be done; then nothing was done. */
export async function carryOut(
  message: ToHost,
  { services, tunnel, send, log }: Parts,
): Promise<void> {
  switch (message.type) {
    case 'hello':
      // There is one greeting, and it is behind us.
      throw new CodedError('malformed');
    case 'request':
      return tunnel.begin(message);
    case 'request-body':
      return tunnel.continue(message);
    case 'cancel':
      return tunnel.cancel(message.id);
    case 'publish':
      return services.publish(message.expandedKey, message.address);
    case 'unpublish':
      return services.unpublish();
    case 'access': {
      const inForce = await services.setAccess(message.list, bytesOf(message.key));
      if (inForce.code) log('access-copy', inForce.code);
      return send({ type: 'access-in-force', ...inForce });
    }
    case 'lend-transport-key':
      return services.lendTransportKey(message.loan);
    case 'take-back-transport-key':
      return services.takeBackTransportKey();
    case 'public-face':
      return services.setPublicFace(message.on, message.address);
    case 'look-for-tor':
      return services.lookForTor(message.password);
    case 'probe-socks': {
      const isTor = await services.probeSocks(message.host, message.port).catch(() => false);
      return send({ type: 'probe-socks', id: message.id, isTor });
    }
    case 'bridges': {
      const answer = await services.bridges(message.lines).then(
        (settings) => ({ settings }),
        (error: unknown) => ({ code: codeOf(error) }),
      );
      return send({ type: 'bridges', id: message.id, ...answer });
    }
    case 'always-on': {
      const answer = await services.alwaysOn(message.on).then(
        (on) => ({ on }),
        (error: unknown) => ({ code: codeOf(error) }),
      );
      return send({ type: 'always-on', id: message.id, ...answer });
    }
    case 'erase': {
      const code = await services.erase(message.profile).then(() => undefined, codeOf);
      return send({ type: 'erase', id: message.id, ...(code === undefined ? {} : { code }) });
    }
    case 'test-service': {
      const code = await services.testService().catch(codeOf);
      return send({
        type: 'test-service',
        id: message.id,
        ...(code === undefined ? {} : { code }),
      });
    }
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes.ok || bytes.value.length !== 32) throw new CodedError('malformed', 'key');
  return bytes.value;
}
