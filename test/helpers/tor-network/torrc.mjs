/**
 * The torrc lines of each role in a private network. `TestingTorNetwork` shortens Tor's timers; the
 * rest keeps every byte on loopback (no DNS, no IPv6, no statistics) and the memory small (no GeoIP).
 */

/** @param {string} text */
const lines = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * What every tor of the network needs, also one that somebody else starts.
 * @param {string} authorityLine the `DirAuthority` line that names the network's one authority
 */
export const joinLines = (authorityLine) => [
  ...lines(`
    TestingTorNetwork 1
    PathsNeededToBuildCircuits 0.67
    AddressDisableIPv6 1
    ClientUseIPv6 0
    GeoIPFile /dev/null
    GeoIPv6File /dev/null
    ShutdownWaitLength 0
    AvoidDiskWrites 1
    NumCPUs 1
  `),
  authorityLine,
];

/** `__OwningControllerProcess` ends a tor whose starter was killed: none is left behind. */
const ownedByUs = () => [`__OwningControllerProcess ${process.pid}`];

/**
 * `CountPrivateBandwidth 0`: with loopback traffic counted, the authority's own descriptor may show some
 * bandwidth at the vote when the relays show none; every circuit then wants it at both ends, and the
 * network never gets up (3 starts in 80).
 * @param {{orPort: number, name: string}} relay
 */
const relayBasics = ({ orPort, name }) =>
  lines(`
    Nickname ${name}
    ORPort 127.0.0.1:${orPort} IPv4Only
    Address 127.0.0.1
    AssumeReachable 1
    SocksPort 0
    ExitRelay 0
    ServerDNSDetectHijacking 0
    ServerDNSTestAddresses
    ServerDNSResolvConfFile /dev/null
    ServerDNSAllowBrokenConfig 1
    DirReqStatistics 0
    ExtraInfoStatistics 0
    HiddenServiceStatistics 0
    OverloadStatistics 0
    CountPrivateBandwidth 0
  `);

/** @param {{join: string[], orPort: number, name: string}} relay */
export const relayTorrc = ({ join, orPort, name }) => [
  ...join,
  ...ownedByUs(),
  ...relayBasics({ orPort, name }),
];

/**
 * A way into the network that no directory names: who uses it must be told.
 * @param {{join: string[], orPort: number, name: string, lines: string[]}} bridge
 */
export const bridgeTorrc = ({ join, orPort, name, lines: extra }) => [
  ...join,
  ...ownedByUs(),
  ...relayBasics({ orPort, name }),
  'BridgeRelay 1',
  'PublishServerDescriptor 0',
  ...extra,
];

/**
 * The authority votes only twice an hour by itself: the helper tells it when (see directory.mjs).
 * @param {{join: string[], orPort: number, dirPort: number, controlSocket: string, votingOffset: number}} authority
 */
export const authorityTorrc = ({ join, orPort, dirPort, controlSocket, votingOffset }) => [
  ...join,
  ...ownedByUs(),
  ...relayBasics({ orPort, name: 'auth0' }),
  ...lines(`
    DirPort 127.0.0.1:${dirPort} IPv4Only
    ControlSocket ${controlSocket}
    AuthoritativeDirectory 1
    V3AuthoritativeDirectory 1
    ContactInfo nobody@invalid
    TestingDirAuthVoteExit *
    TestingDirAuthVoteGuard *
    TestingDirAuthVoteHSDir *
    TestingMinExitFlagThreshold 0
    TestingAuthDirTimeToLearnReachability 0
    AuthDirMaxServersPerAddr 0
    AuthDirTestReachability 0
    V3AuthVotingInterval 1800 seconds
    V3AuthVoteDelay 2 seconds
    V3AuthDistDelay 2 seconds
    V3AuthNIntervalsValid 48
    TestingV3AuthInitialVotingInterval 1800 seconds
    TestingV3AuthInitialVoteDelay 2 seconds
    TestingV3AuthInitialDistDelay 2 seconds
    TestingV3AuthVotingStartOffset ${votingOffset} seconds
  `),
];

/** @param {{join: string[], socksPort: number, controlPort: number, lines: string[]}} client */
export const clientTorrc = ({ join, socksPort, controlPort, lines: extra }) => [
  ...join,
  ...ownedByUs(),
  `SocksPort 127.0.0.1:${socksPort} ExtendedErrors KeepAliveIsolateSOCKSAuth`,
  `ControlPort 127.0.0.1:${controlPort}`,
  'CookieAuthentication 1',
  ...extra,
];
