// What the detector of path traversal and file inclusion knows by itself: places that attackers ask for, and the
// schemes that read files. Sources: Filesystem Hierarchy Standard 3.0, Windows' known folders, PHP's stream wrappers.

export const PATH = {
  ETC: "etc",
  SECRET:
    "passwd shadow hosts issue motd fstab sudoers htpasswd htaccess id_rsa id_dsa authorized_keys known_hosts bash_history environ cmdline mtab inetd resolv profile bashrc mysql_history sam ntuser boot services protocols",
  PLACE:
    "var usr opt proc home tmp lib bin sbin mnt srv dev log logs www htdocs httpd apache apache2 nginx lighttpd xampp lampp inetpub cgi-bin web-inf meta-inf vhosts wwwroot exim vsftpd proftpd pureftpd pure-ftpd postgresql php4 php5 cpanel volumes",
  WINDOWS: "windows winnt win system32 drivers repair programs programdata winnt32 minint config",
  EXTENSION: "ini conf cnf cfg bak swp old inc jsp asp aspx htm html xml yml pem key sql txt",
  WRAPPER:
    "phar zip gopher dict filter input convert resource stdin fd glob ogg rar compress ssh2 jar netdoc",
};
