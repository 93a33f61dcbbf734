/** The onion service's port for friends. One address, one Network25. */
export const replicationPort = 25_984;

/** The onion service's port for visitors with a browser. */
export const facePort = 80;
