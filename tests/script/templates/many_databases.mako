<%!
import re

%>"""${message}"""
revision = ${repr(up_revision)}

def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()

<%
    names = "one, two,three"
%>

## one function for each database

% for name in re.split(r',\s*', names):

def upgrade_${name}():
    ${context.get("%s_upgrades" % name, "pass")}

% endfor
