${"<a> & 'b' \"c\"" | h}
${"a b/c?d=é" | u}
${"  trimmed  " | trim}
${"  both & " | trim,h}
${None}
${5 | n,str}
${down_revision | comma,n}
${message | n}
${"".join(sorted("cab"))}
continued \
line
% if True:
last \
% endif
without newline at the end
