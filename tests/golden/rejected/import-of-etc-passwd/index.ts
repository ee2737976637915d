import passwd from "/etc/passwd"; //~ P0109

console.log(passwd);
