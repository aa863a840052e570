// What the detector of LDAP injection knows by itself: attribute names. Sources: RFC 4519, RFC 2798 (inetOrgPerson),
// RFC 2307 (NIS schema), Active Directory's user class. The syntax of filters is RFC 4515.

export const LDAP = {
  LDAPATTR:
    "uid cn sn ou dc o l c st mail objectclass objectcategory givenname commonname surname initials displayname telephonenumber facsimiletelephonenumber mobile pager homephone homepostaladdress postaladdress postalcode street streetaddress localityname stateorprovincename organizationname organizationalunitname countryname distinguishedname dn member memberof memberuid uniquemember manager secretary seealso employeenumber employeetype departmentnumber roomnumber carlicense preferredlanguage usercertificate usersmimecertificate userpkcs12 jpegphoto photo labeleduri uidnumber gidnumber homedirectory loginshell gecos shadowlastchange samaccountname userprincipalname useraccountcontrol pwdlastset lastlogon badpwdcount admincount primarygroupid objectguid objectsid businesscategory physicaldeliveryofficename registeredaddress destinationindicator preferreddeliverymethod telexnumber teletexterminalidentifier internationalisdnnumber x121address serialnumber generationqualifier enhancedsearchguide dnqualifier houseidentifier supportedalgorithms deltarevocationlist crosscertificatepair info drink rfc822mailbox favouritedrink associateddomain associatedname buildingname",
  NAME: "name description owner",
};
