export const helpText = `Network25's host: keeps your databases on this computer and serves them to friends over Tor.
Browsers start it by themselves once it is installed.

  network25-host install   [--browser NAME]… [--tor-browser DIR]… [--home DIR]
  network25-host uninstall [--browser NAME]… [--tor-browser DIR]… [--home DIR]
  network25-host doctor    [--json] [--tor-browser DIR]… [--home DIR]
  network25-host serve     --data DIR --listen 127.0.0.1:PORT --unsafe-open
  network25-host service   install [--data DIR] [--keep-keys] | uninstall | status | run --data DIR
  network25-host backup-key < WORDS
  network25-host --version | --help

install     tells the browsers it finds (or those you name: firefox, tor-browser, librewolf,
            mullvad) where the host is. Nothing else on the computer is changed.
uninstall   takes that back. Your data stays.
doctor      looks for Node, Tor, browsers and data, and says what it found and what to do.
            It changes nothing.
serve       answers CouchDB's replication protocol from DIR with no access rules at all, on this
            computer only: for trying other people's clients. Never point it at your own data.
service     keeps friends' way to you open while the browser is closed. "install" lets systemd start it,
            "run" is what systemd starts. With --keep-keys it comes up by itself after a restart of the
            computer, and says what it keeps on the disk for that. DIR is a browser profile's folder in your data.
backup-key  reads your 24 recovery words and prints the key that opens your backups with any age program:
            network25-host backup-key > key.txt; age -d -i key.txt FILE. Guard it as you guard the words.

Exit codes: 0 done, 1 failed or something to mend, 2 not understood.
NETWORK25_DATA_DIR says where your data is kept, NETWORK25_LOG names a log file (it holds no secrets).
`;
