// What the detector of command injection knows by itself: programs that attackers reach for, shells, interpreters
// and the calls of common languages that start a process. Sources: POSIX.1 utilities, GNU coreutils, Windows cmd.

export const COMMAND = {
  SHELL: "bash sh zsh csh ksh dash tcsh ash fish cmd powershell pwsh busybox cscript wscript rundll32 mshta",
  UNIX: "ls cat whoami uname pwd ifconfig ps chmod chown rm mv cp touch mkdir tail grep egrep awk sed sort cut tr uniq wc xargs tee dd ln df du env printenv nohup sudo su crontab useradd adduser usermod kill killall which locate stat strings xxd od tar gzip gunzip zcat vi vim nano lsof mount umount w getent dmesg lsb_release rev printf tac nl expr seq fmt fold logger timeout watch nice openssl gcc make git apt yum dpkg rpm systemctl service journalctl ll egrep fgrep lscpu lsblk lspci lsusb ldd lastlog hostnamectl base32 base64 mkfifo mknod mktemp nproc pgrep pidof pkill pstree ptx realpath readlink shred shuf strace ltrace sysctl tset vmstat visudo whereis xz zgrep zless bsdtar zstdcat chgrp chattr setfacl getfacl dirname basename hexdump yum dnf pacman zypper aptitude snap pip pip3 gem brew reboot poweroff halt finger ss",
  ID: "id",
  HEAD: "head more less find file who last test time source history export unset alias read trap wait",
  NET: "curl wget nc ncat netcat nslookup dig ping ping6 telnet ssh scp ftp tftp rsync socat lynx links nmap traceroute tracert arp route iptables aria2c fping sendmail certutil bitsadmin",
  WIN: "dir type net netsh netstat ipconfig systeminfo sysinfo tasklist taskkill reg ver wmic schtasks sc attrib icacls cacls copy xcopy robocopy del erase move rmdir rd findstr nbtstat quser qwinsta nltest vssadmin assoc ftype start call goto driverquery fsutil psexec mklink takeown bcdedit cmdkey forfiles regsvr32 msiexec wevtutil tskill localgroup vaultcmd cipher",
  BATCH:
    "equ neq lss leq gtr geq errorlevel cmdextversion exist delims usebackq setlocal endlocal enabledelayedexpansion defined",
  // `for … in … do`, of both shells.
  LOOP: "for do done",
  // An approved verb of PowerShell with a noun of its modules; found by the lexer, as words have no hyphens.
  CMDLET: "invoke-expression",
  INTERPRETER:
    "perl python python2 python3 ruby php node nodejs lua tclsh gawk java expect osascript phpinfo",
  ECHO: "echo",
  SYSTEM:
    "system passthru popen shell_exec proc_open pcntl_exec subprocess check_output spawn execfile getruntime runtime child_process execsync processbuilder os __import__ startprocess invoke-expression iex new-object downloadstring start-process backtick shellexecute createobject scripttimeout call_user_func preg_replace create_function file_put_contents get_user_file gethostbyname socket",
  ENV: "ifs systemroot comspec shell home userprofile windir _get _post _request _server",
  // As arguments.
  WORLD: "attacker evil burpcollaborator collaborator interact oast localhost",
};
